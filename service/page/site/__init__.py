"""The page of a site: what its stations said, how to get it, what is declared of it, and its proof."""
