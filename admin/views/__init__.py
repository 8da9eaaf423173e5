"""Views of the portal, one file per register or decision."""
