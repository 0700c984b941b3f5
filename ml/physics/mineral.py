"""Hydroxyapatite, the mineral of vascular calcification, and the calcium in it."""

HYDROXYAPATITE_MG_PER_MM3 = 3.16
CALCIUM_SHARE = 0.3989  # of the mass of hydroxyapatite, Ca10(PO4)6(OH)2: 10 x 40.078 / 1004.6
CALCIUM_MG_PER_MM3 = HYDROXYAPATITE_MG_PER_MM3 * CALCIUM_SHARE
