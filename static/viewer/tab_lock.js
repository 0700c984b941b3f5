/**
 * One tab of this browser draws on an annotation; a second one may look.
 */

/**
 * @param {string} annotation
 * @returns {Promise<boolean>} true if this tab holds it, until it is closed
 */
export function holdAnnotation(annotation) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(`tramline-annotation-${annotation}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : undefined; // never settled: held as long as the page lives
    });
  });
}
