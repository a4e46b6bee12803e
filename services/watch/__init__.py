"""The watch: looks at each family after each change and as time goes by, and tells its plan."""

from services.watch.service import run_watch

__all__ = ["run_watch"]
