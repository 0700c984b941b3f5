from annotations.domain.hanging import ImageFacts, hang, hang_order


def image(name: str, *modifiers: str, **attributes):
    codes = [{"code": code, "scheme": "SCT", "meaning": ""} for code in modifiers]
    laterality, view = (name[:1], name[1:]) if name[:1] in "RL" else ("", name)
    return hang(
        ImageFacts(
            laterality=laterality, view=view, attributes={**attributes, "ViewModifierCodeSequence": codes}
        )
    )


def hung(*images) -> tuple[list[str], list[str]]:
    order, places = hang_order(images)
    return [images[index].name for index in order], [places.get(index, "") for index in order]


def test_four_views_hang_right_beside_left_whatever_order_they_came_in():
    names, places = hung(image("LMLO"), image("RMLO"), image("LCC"), image("RCC"))

    assert names == places == ["RCC", "LCC", "RMLO", "LMLO"]


def test_one_side_alone_keeps_its_places():
    assert hung(image("LMLO"), image("LCC")) == (["LCC", "LMLO"], ["LCC", "LMLO"])


def test_spot_and_other_views_hang_behind_the_four():
    names, places = hung(image("RCC", "399055006"), image("LML"), image("RCC"), image("RXCCL"), image("LCC"))

    assert names == ["RCC", "LCC", "RCC", "RXCCL", "LML"]
    assert places == ["RCC", "LCC", "", "", ""]


def test_the_plainest_of_two_takes_the_place():
    displaced = image("RCC", "399209000")
    with_implant = image("RCC", BreastImplantPresent="YES")
    plain = image("RCC")

    assert hang_order([displaced, with_implant, plain])[1] == {2: "RCC"}
    assert hang_order([displaced, with_implant])[1] == {0: "RCC"}


def test_a_repeated_view_hangs_behind_and_the_first_keeps_the_place():
    assert hang_order([image("RCC"), image("RCC")])[1] == {0: "RCC"}


def test_what_nobody_knows_the_breast_of_hangs_last():
    names, places = hung(image("CC"), image("LMLO"), image(""))

    assert names == ["LMLO", "CC?", "?"]
    assert places == ["LMLO", "", ""]
