"""Coded concepts that may be kept: recognised by code, written in our own words, so no sender's text passes.

PS3.16 CID 4014 (views), CID 4015 (view modifiers) and the breast as anatomic region; SNOMED CT first, the
older SNOMED RT identifier beside it.
"""

from typing import TypedDict

from pydicom import Dataset

from .values import read_text, read_values


class CodedConcept(TypedDict):
    code: str
    scheme: str
    meaning: str


SCHEMES = frozenset({"SCT", "SRT", "SNM3", "99SDM"})

VIEWS = {
    ("399162004", "R-10242"): "cranio-caudal",
    ("399368009", "R-10226"): "medio-lateral oblique",
    ("399260004", "R-10224"): "medio-lateral",
    ("399352003", "R-10228"): "latero-medial",
    ("399099002", "R-10230"): "latero-medial oblique",
    ("399196006", "R-10244"): "caudo-cranial",
    ("399188001", "R-102D0"): "superolateral to inferomedial oblique",
    ("441555000", "R-40AAA"): "inferomedial to superolateral oblique",
    ("399192008", "R-1024A"): "cranio-caudal exaggerated laterally",
    ("399101009", "R-1024B"): "cranio-caudal exaggerated medially",
}
VIEW_MODIFIERS = {
    ("399161006", "R-102D2"): "cleavage",
    ("399011000", "R-102D1"): "axillary tail",
    ("399197002", "R-102D3"): "rolled lateral",
    ("399226006", "R-102D4"): "rolled medial",
    ("415670009", "R-102C9"): "rolled superior",
    ("414493004", "R-102CA"): "rolled inferior",
    ("399209000", "R-102D5"): "implant displaced",
    ("399163009", "R-102D6"): "magnification",
    ("399055006", "R-102D7"): "spot compression",
    ("399110001", "R-102C2"): "tangential",
    ("441752004", "P2-00161"): "anterior compression",
    ("442593008", "R-40ABE"): "infra-mammary fold",
    ("442580003", "R-40AB2"): "axillary tissue",
    ("442581004", "R-40AB3"): "nipple in profile",
}
BREAST = {
    ("76752008", "T-04000"): "breast",
    ("73056007", "T-04020"): "right breast",
    ("80248007", "T-04030"): "left breast",
}


def keep_concepts(dataset: Dataset, keyword: str, known: dict[tuple[str, str], str]) -> list[CodedConcept]:
    """Return the known concepts of a code sequence; unknown codes and foreign schemes are left out."""
    concept_of = {code: (codes[0], meaning) for codes, meaning in known.items() for code in codes}
    kept: list[CodedConcept] = []
    for item in read_values(dataset, keyword):
        if not isinstance(item, Dataset) or read_text(item, "CodingSchemeDesignator") not in SCHEMES:
            continue
        if concept := concept_of.get(read_text(item, "CodeValue")):
            kept.append({"code": concept[0], "scheme": "SCT", "meaning": concept[1]})
    return kept


def keep_view_modifiers(dataset: Dataset) -> list[CodedConcept]:
    """Return the modifiers, which DICOM nests inside the items of View Code Sequence."""
    return [
        concept
        for item in read_values(dataset, "ViewCodeSequence")
        if isinstance(item, Dataset)
        for concept in keep_concepts(item, "ViewModifierCodeSequence", VIEW_MODIFIERS)
    ]
