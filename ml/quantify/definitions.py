"""What each number means and why one may be missing, in the words that a page or a table shows."""

QUANTITIES_VERSION = 1

DEFINITIONS: dict[str, str] = {
    "pm": "Sum of the probabilities of all pixels. Of a mask the number of its pixels.",
    "am": "Number of pixels above the cutoff.",
    "sim": "Sum of the 8-bit brightness of the pixels above the cutoff, after a 5 x 5 median.",
    "tam": "Number of pixels above the cutoff that are brighter than the threshold X.",
    "tsim": "Sum of the 8-bit brightness of those pixels.",
    "length_px": "Length of the centre line in pixels: straight steps weighted 0.948, diagonal steps 1.343, "
    "without the rounded ends.",
    "length_mm": "The same in millimetres.",
    "area_px": "Number of pixels marked.",
    "area_mm2": "Area marked.",
    "breast_area_px": "Number of pixels of the breast.",
    "breast_area_mm2": "Area of the breast.",
    "mass_mg": "Calcium, as if all mineral were hydroxyapatite.",
    "mass_interval_mg": "95 % interval of the mass, from noise and from what is not known for certain.",
    "mass_detection_limit_mg": "Three standard deviations of pixel noise: a smaller mass counts as 0.",
    "mass_category": "0, (0, 20], (20, 40], (40, 60], (60, 80] or > 80 mg.",
}

UNDEFINED_REASONS: dict[str, str] = {
    "pixel_spacing_missing": "The size of a pixel is not known for this image, so nothing can be said in "
    "millimetres or milligrams.",
    "breast_not_found": "No breast is found on this image.",
    "no_contrast": "The breast has one value throughout, so there is no brightness to scale.",
    "for_presentation": "The image was processed for display; it no longer says how much was absorbed.",
    "presentation_intent_unknown": "The header does not say whether the image is raw, so it is taken as "
    "processed for display, which no longer says how much was absorbed.",
    "lossy_compression": "The image was compressed with loss, which may have changed what a mass is measured "
    "by.",
    "log_scale_unknown": "The image is on a logarithmic scale of unknown slope.",
    "outside_breast": "None of what is marked lies in the breast.",
    "saturated": "More than 1 % of what is marked lies at the end of the scale.",
    "no_background": "There is no tissue near enough to compare with.",
    "empty_mask": "Nothing is marked.",
}
