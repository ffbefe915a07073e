"""How long each disruption lasts (RTO), what it loses (RPO), and what load is carried then."""
