"""The tour: the main line played in a browser and with the real client."""
