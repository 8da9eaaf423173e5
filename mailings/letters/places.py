"""Where things stand on every letter, in millimetres from the sheet's top left corner. An envelope must fit these places."""

from app.documents.envelopes import Area

LEFT, RIGHT = 20.0, 190.0
ADDRESS_LEFT, ADDRESS_TOP, ADDRESS_WIDTH = 20.0, 15.0, 67.0  # the first line's baseline
FOLDS = (99.0, 198.0)
PIN_TOP, PIN_HEIGHT, PIN_FIELD_LEFT = 158.0, 34.0, 62.0
SHEET = Area(0, 0, 210, 297)

# Five lines above the addressee's, from the top of the first to the foot of the last (test_stationery.py measures it).
ADDRESS_BLOCK = Area(ADDRESS_LEFT - 0.1, 11.5, ADDRESS_LEFT + ADDRESS_WIDTH + 0.1, 40.5)
PIN_FIELD = Area(LEFT, PIN_TOP, RIGHT, PIN_TOP + PIN_HEIGHT)
