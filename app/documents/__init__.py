"""The PDF kit: fonts that print every name as written or refuse, line breaking, and drawing in millimetres."""
