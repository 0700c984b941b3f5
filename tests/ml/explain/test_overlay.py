import numpy as np

from ml.explain import overlay


def test_colours_run_from_blue_to_red_and_leave_the_rest_grey():
    scaled = np.full((400, 300), 100, np.float32)
    heatmap = np.zeros((400, 300), np.uint8)
    heatmap[50:60], heatmap[80:90] = 1, 255

    picture = overlay(scaled, heatmap)

    assert picture[20, 20].tolist() == [100, 100, 100]
    red, _, blue = picture[55, 20].astype(int)
    assert blue > red
    red, _, blue = picture[85, 20].astype(int)
    assert red > blue


def test_remark_is_written_at_the_bottom_and_nothing_else_is_changed():
    picture = overlay(np.zeros((400, 300), np.float32), np.zeros((400, 300), np.uint8))

    assert not picture[:300].any()
    assert picture[360:].any()
