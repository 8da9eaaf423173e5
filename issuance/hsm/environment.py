"""Where SoftHSM keeps its tokens when nothing else is configured: under VAR_DIR."""

import os
from pathlib import Path

from app.core.settings import Settings


def prepare_environment(settings: Settings) -> None:
    """Point SoftHSM at its own directory. Other modules ignore the variable; a variable that is set stays."""
    if "SOFTHSM2_CONF" in os.environ:
        return
    directory = settings.var_dir.resolve() / "softhsm"
    write_configuration(directory)
    os.environ["SOFTHSM2_CONF"] = str(directory / "softhsm2.conf")


def write_configuration(directory: Path) -> None:
    """Write `softhsm2.conf` and make the token directory, if they are not there."""
    (directory / "tokens").mkdir(parents=True, exist_ok=True, mode=0o700)
    configuration = directory / "softhsm2.conf"
    if not configuration.exists():
        configuration.write_text(
            f"directories.tokendir = {directory / 'tokens'}\n"
            "objectstore.backend = file\n"
            "log.level = ERROR\n"
            "library.reset_on_fork = true\n"
        )
