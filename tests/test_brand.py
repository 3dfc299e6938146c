"""The brand images have the names, sizes and shape that Home Assistant shows."""

from pathlib import Path
import struct

from homeassistant.components.brands.const import ALLOWED_IMAGES
import pytest

BRAND = Path(__file__).parent.parent / "custom_components" / "octopus_agile" / "brand"
SOURCES = Path(__file__).parent.parent / "docs" / "brand"
IMAGES = sorted(BRAND.iterdir())
# In the PNG header: grey with alpha, colours with alpha. A palette is transparent by a chunk of its own.
ALPHA = {4, 6}
PALETTE = 3


def png(path: Path) -> tuple[int, int, bool]:
    """Return width, height and whether it can be transparent, from a PNG's first bytes."""
    body = path.read_bytes()
    signature, length, kind, width, height, _, colour = struct.unpack_from(">8sI4sIIBB", body)
    assert signature == b"\x89PNG\r\n\x1a\n"
    assert (length, kind) == (13, b"IHDR")
    return width, height, colour in ALPHA or (colour == PALETTE and b"tRNS" in body)


def test_every_image_has_a_name_that_is_served() -> None:
    assert {path.name for path in IMAGES} == ALLOWED_IMAGES


@pytest.mark.parametrize("path", IMAGES, ids=lambda path: path.name)
def test_size(path: Path) -> None:
    width, height, transparent = png(path)
    factor = 2 if "@2x" in path.name else 1
    if "icon" in path.name:
        assert (width, height) == (256 * factor, 256 * factor)
    else:
        assert 128 * factor <= min(width, height) <= 256 * factor
        assert width > height
    assert transparent
    assert path.stat().st_size < 10_000


@pytest.mark.parametrize("name", ["icon", "logo", "dark_icon", "dark_logo"])
def test_sharp_images_are_exactly_twice_as_large(name: str) -> None:
    width, height, _ = png(BRAND / f"{name}.png")
    assert png(BRAND / f"{name}@2x.png")[:2] == (2 * width, 2 * height)


@pytest.mark.parametrize("name", ["icon", "logo", "dark_icon", "dark_logo"])
def test_each_has_its_source(name: str) -> None:
    source = (SOURCES / f"{name}.svg").read_text(encoding="utf-8")
    assert source.startswith("<svg ")
    assert "<image" not in source
