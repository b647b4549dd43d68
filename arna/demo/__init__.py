"""The demonstration: real tables and generated messages go through the house as they would in earnest."""
