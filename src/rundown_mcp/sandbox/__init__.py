"""A made-up company's agents and runs, served through imitations of the providers' APIs: no key, no network."""
