"""Packs the example bundle as people's scripts do: `tar -zcf`, with a folder at the top."""

import io
import pathlib
import tarfile

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "bundles" / "team-environment"


def packed(folder=EXAMPLE, replace=()):
    """The folder as a gzip'd tar; `replace` is (file, old text, new text) edits made on the way."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            name = path.relative_to(folder)
            text = path.read_text()
            for file, old, new in replace:
                if str(name) == file:
                    assert old in text, f"{old!r} is not in {file}"
                    text = text.replace(old, new)
            info = tarfile.TarInfo(f"environment/{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()
