"""Decides how long each disruption lasts (RTO), what data it loses (RPO), and the capacity left."""
