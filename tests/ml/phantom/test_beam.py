import numpy as np
import pytest

from ml.phantom.beam import BEAMS, MEAN_QUANTA, expose


def energy_behind(beam, **layers_mm):
    layers = {name: np.full((2, 2), value, dtype=np.float32) for name, value in layers_mm.items()}
    return expose(layers, beam, thickness_mm=50, pixel_spacing_mm=0.1)


@pytest.mark.parametrize("beam", BEAMS, ids=lambda beam: beam.spectrum)
def test_average_breast_lets_the_intended_quanta_through(beam):
    signal = energy_behind(beam, adipose=41, glandular=9)

    assert signal.energy[0, 0] / signal.mean_energy_kev == pytest.approx(MEAN_QUANTA, rel=0.01)


@pytest.mark.parametrize(
    ("spectrum", "expected_per_mm"),
    [("MoMo26", 2.427), ("RhRh29", 1.810), ("RhAg34", 1.534), ("WRh28", 1.813), ("WAg30", 1.475)],
)
def test_mineral_attenuates_as_tabulated(spectrum, expected_per_mm):
    """-ln of the signal through 0.2 mm hydroxyapatite instead of fat, 50 mm breast, 18 % glandular."""
    beam = next(beam for beam in BEAMS if beam.spectrum == spectrum)

    without = energy_behind(beam, adipose=41, glandular=9).energy[0, 0]
    with_mineral = energy_behind(beam, adipose=40.8, glandular=9, HA=0.2).energy[0, 0]

    assert np.log(without / with_mineral) / 0.2 == pytest.approx(expected_per_mm, rel=0.02)
