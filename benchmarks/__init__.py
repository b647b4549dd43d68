"""How fast Arna is, as ratios against a floor and against peers served from the same data."""
