/** Whom a comment can call, in words. Knows no DOM. */

/**
 * @param {string[]} people others who may see the annotation
 * @param {boolean} isSubmitted
 * @returns {string}
 */
export function callWords(people, isSubmitted) {
  if (people.length) return "Call somebody who may see this annotation:";
  if (isSubmitted) return "Nobody else may see this annotation now. Your comment stays with it.";
  return "Nobody else may see this annotation before it is submitted. Your comment stays with it.";
}
