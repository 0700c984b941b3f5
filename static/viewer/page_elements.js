/** Finds the parts of a page by their data- attribute; a part that is missing is named, not stumbled over. */

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} attribute without "data-"
 * @returns {T}
 */
export function part(root, attribute) {
  const element = root.querySelector(`[data-${attribute}]`);
  if (!element) throw new Error(`The page has no element with data-${attribute}.`);
  return /** @type {T} */ (element);
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} attribute without "data-"
 * @returns {T | null} null where this page leaves the part out
 */
export function optionalPart(root, attribute) {
  return /** @type {T | null} */ (root.querySelector(`[data-${attribute}]`));
}

/**
 * @param {ParentNode} root
 * @param {string} attribute without "data-"
 * @returns {HTMLElement[]}
 */
export function parts(root, attribute) {
  return Array.from(root.querySelectorAll(`[data-${attribute}]`));
}
