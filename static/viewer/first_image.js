/** Begins with the image that is shown first before the rest of the page is there: it takes longest. */

import { beginImage } from "./image_loader.js";

const preload = document.querySelector('link[rel="preload"][as="fetch"]');
const url = preload?.getAttribute("href");
if (url) beginImage(url);
