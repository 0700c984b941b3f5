"""Makers and models of mammography systems: a name is kept only if it is one of these, in these words."""

MAKERS = {
    "GE MEDICAL": "GE Medical Systems",
    "GE HEALTHCARE": "GE Medical Systems",
    "HOLOGIC": "Hologic",
    "LORAD": "Lorad",
    "SIEMENS": "Siemens",
    "FUJI": "Fujifilm",
    "GIOTTO": "IMS Giotto",
    "I.M.S": "IMS Giotto",
    "IMS": "IMS Giotto",
    "PHILIPS": "Philips",
    "SECTRA": "Sectra",
    "PLANMED": "Planmed",
    "CARESTREAM": "Carestream",
    "KODAK": "Kodak",
    "AGFA": "Agfa",
    "KONICA": "Konica Minolta",
    "METALTRONICA": "Metaltronica",
    "TRAMLINE": "Tramline",
}
MODELS = {
    "ESSENTIAL": "Senographe Essential",
    "PRISTINA": "Senographe Pristina",
    "SENOGRAPHE DS": "Senographe DS",
    "2000D": "Senographe 2000D",
    "SELENIA DIMENSIONS": "Selenia Dimensions",
    "3DIMENSIONS": "3Dimensions",
    "SELENIA": "Selenia",
    "INSPIRATION": "Mammomat Inspiration",
    "REVELATION": "Mammomat Revelation",
    "FUSION": "Mammomat Fusion",
    "NOVATION": "Mammomat Novation",
    "AMULET": "Amulet",
    "CLASS": "Giotto Class",
    "MICRODOSE": "MicroDose",
    "CLARITY": "Clarity",
    "PHANTOM": "Phantom",
}


def known_name(text: str, names: dict[str, str]) -> str | None:
    """Return the first known name whose sign stands in the text; the text itself never passes."""
    upper = text.upper()
    return next((name for sign, name in names.items() if sign in upper), None)
