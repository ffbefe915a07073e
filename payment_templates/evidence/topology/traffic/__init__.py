"""DNS records, load balancers and listeners: how requests arrive."""
