"""Events for those who listen: as JSON, by what they want to hear, and as a stream that never holds up the others."""
