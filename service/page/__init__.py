"""The pages for people: what every page has, and of each page what it shows; HTTP lives in `service.routes.pages`."""
