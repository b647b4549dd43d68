"""Publishing what happens to the record at an MQTT broker: notices of events, and the newest reading of each series."""
