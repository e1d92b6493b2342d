"""The Django app of a system: loads its declarations and holds them against its manifest."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings

from district.kernel.registry.discovery import Manifest, ManifestError
from district.kernel.registry.ledger import declared_by, declaring

_MODULES = ("declare", "jobs", "demo")


class SystemConfig(AppConfig):
    """Base of every system's AppConfig; `name` is the package, the rest is in the manifest."""

    @property
    def manifest(self) -> Manifest:
        """This system's manifest; raises ManifestError when settings do not know it."""
        for manifest in settings.SYSTEMS:
            if manifest.package == self.name:
                found: Manifest = manifest
                return found
        raise ManifestError(f"{self.name}: has no manifest.toml among the systems in use")

    def ready(self) -> None:
        """Import declare.py and jobs.py and refuse to start when they differ from the manifest."""
        manifest = self.manifest
        if self.label != manifest.label:
            raise ManifestError(f"{self.name}: the app's label must be {manifest.label!r}")
        with declaring(manifest.key):
            for module in _MODULES:
                if find_spec(f"{self.name}.{module}"):
                    import_module(f"{self.name}.{module}")
        for line in differences(manifest):
            raise ManifestError(f"{manifest.folder / 'manifest.toml'}: {line}")


def differences(manifest: Manifest) -> list[str]:
    """What manifest and declarations do not agree on, each line with its remedy."""
    declared = {str(row) for row in declared_by(manifest.key)}
    promised = set(manifest.provides)
    lines = [f"provides {key!r}, which declare.py does not declare" for key in promised - declared]
    lines += [f"declare.py declares {key!r}; add it to provides" for key in declared - promised]
    return sorted(lines)
