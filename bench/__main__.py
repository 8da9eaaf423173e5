"""`make bench`: every line of the budget that can be measured, each at two sizes, beside its peer."""

import subprocess
import sys

LINES = (
    "bench.letters",
    "bench.certificates",
    "bench.overload",
    "bench.crl",
    "bench.ocsp",
    "bench.tsa",
    "bench.portal_list",
    "bench.registers",
    "bench.authority_check",
)


def main() -> int:
    """Each in a process of its own, one after the other."""
    return max(subprocess.run([sys.executable, "-W", "ignore", "-m", name], check=False).returncode for name in LINES)


if __name__ == "__main__":
    sys.exit(main())
