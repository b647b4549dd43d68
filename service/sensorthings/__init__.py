"""SensorThings API 1.1 (OGC 18-088), the part that reads: what an address asks, and the entities that answer it.

A station is a Thing, and its gauge a Sensor; its site is the Location and the FeatureOfInterest; a series is a
Datastream, a quantity an ObservedProperty, a reading an Observation. Ids are our own:
`Datastreams('kirov:kg.inflow.daily')`.
"""
