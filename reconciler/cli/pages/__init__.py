"""What `explain` prints: pages made from the models, the rules and the tables, never written twice."""
