from django.contrib.staticfiles import finders
from django.templatetags.static import static

from annotations.templatetags.script_modules import module_preloads, modules_of


def test_every_module_of_the_reading_page_is_named_once():
    modules = modules_of("viewer/main.js")

    assert modules[0] == "viewer/main.js"
    assert {"viewer/room.js", "viewer/runs.js", "viewer/features/readouts.js"} <= set(modules)
    assert len(set(modules)) == len(modules)
    assert all(finders.find(module) for module in modules)
    assert "viewer/image_worker.js" not in modules, "a worker is fetched by itself"


def test_links_are_those_that_the_page_imports():
    html = module_preloads("viewer/pace.js")

    assert html == f'<link rel="modulepreload" href="{static("viewer/pace.js")}">'


def test_types_in_comments_are_not_fetched():
    assert modules_of("viewer/geometry.js") == ("viewer/geometry.js",)
