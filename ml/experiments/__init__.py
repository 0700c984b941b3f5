"""Experiments on phantoms, each called by its name."""

EXPERIMENTS = {
    "label-correction": "how much nearer to an expert's label the correction brings a third party's, by rule",
    "image-classifiers": "which network tells best whether an image shows calcification, on phantoms",
}
