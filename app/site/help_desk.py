"""When and how the help desk answers (page 4 of the guide)."""

HOURS = ("9:00–12:00", "13:00–18:00")
