"""A mail merge by LibreOffice: letter.fodt, letters.csv and a picture for each record go in, one PDF comes out.

Runs under the Python that Debian's python3-uno belongs to and knows nothing of the project:
`/usr/bin/python3 bench/office_merge.py FOLDER`.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # LibreOffice's own Python has it
import unohelper  # type: ignore[import-not-found]  # LibreOffice's own Python has it
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]  # LibreOffice's own Python has it
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]  # LibreOffice's own Python has it
from com.sun.star.lang import DisposedException  # type: ignore[import-not-found]  # LibreOffice's own Python has it
from com.sun.star.text import XMailMergeListener  # type: ignore[import-not-found]  # LibreOffice's own Python has it

TO_FILE, TABLE = 2, 0  # com.sun.star.text.MailMergeType.FILE, com.sun.star.sdb.CommandType.TABLE


def _values(**values: object) -> tuple[Any, ...]:
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


class Pictures(unohelper.Base, XMailMergeListener):
    """Puts each record's own picture into its letter, which no field of Writer can: what an office does by a macro."""

    def __init__(self, context: Any, folder: Path) -> None:
        self.provider = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.graphic.GraphicProvider", context
        )
        self.folder, self.number = folder, 0

    def notifyMailMergeEvent(self, event: Any) -> None:  # noqa: N802  UNO's name
        """The fields of one record's letter are filled in."""
        url = (self.folder / f"{self.number}.png").as_uri()
        event.Model.GraphicObjects.getByName("0").Graphic = self.provider.queryGraphic(_values(URL=url))
        self.number += 1


def _connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    raise TimeoutError("LibreOffice did not start within a minute")


def _register(context: Any, folder: Path) -> None:
    sources = context.ServiceManager.createInstanceWithContext("com.sun.star.sdb.DatabaseContext", context)
    source = sources.createInstance()
    source.URL = f"sdbc:flat:{folder.as_uri()}"
    source.Info = _values(Extension="csv", CharSet="UTF-8", HeaderLine=True, FieldDelimiter=",", StringDelimiter='"')
    source.DatabaseDocument.storeAsURL((folder / "letters.odb").as_uri(), ())
    sources.registerObject("Letters", source)


def merge(context: Any, folder: Path) -> None:
    """Merge every record of letters.csv into one PDF, merged0.pdf or the like."""
    _register(context, folder)
    job = context.ServiceManager.createInstanceWithContext("com.sun.star.text.MailMerge", context)
    job.DocumentURL = (folder / "letter.fodt").as_uri()
    job.DataSourceName, job.CommandType, job.Command = "Letters", TABLE, "letters"
    job.OutputType, job.OutputURL, job.FileNamePrefix = TO_FILE, folder.as_uri(), "merged"
    job.SaveAsSingleFile, job.SaveFilter = True, "writer_pdf_Export"
    job.addMailMergeEventListener(Pictures(context, folder))
    job.execute(())


def main() -> None:
    """Start LibreOffice, merge, and see it end, so that its processor time is counted as this process's child's."""
    folder = Path(sys.argv[1])
    pipe = f"letters{folder.name}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp",
        ],
        start_new_session=True,
    )
    try:
        context = _connect(pipe)
        merge(context, folder)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        with suppress(DisposedException):  # it is gone before it can answer
            desktop.terminate()
        office.wait(60)
    finally:
        if office.poll() is None:
            os.killpg(office.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
