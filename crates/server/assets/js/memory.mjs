/**
 * What the browser remembers for us. Storage may be forbidden (private windows, policies);
 * then the page works and forgets.
 *
 * @param {() => Storage} storage
 */
function memory(storage) {
  return {
    /** @param {string} name @returns {string | null} */
    get(name) {
      try {
        return storage().getItem(`govmaps.${name}`);
      } catch {
        return null;
      }
    },
    /** @param {string} name @param {string | null} value null forgets */
    set(name, value) {
      try {
        if (value === null) storage().removeItem(`govmaps.${name}`);
        else storage().setItem(`govmaps.${name}`, value);
      } catch {
        // Forgetting is all that is lost.
      }
    },
  };
}

/** Kept until this tab closes. */
export const tab = memory(() => sessionStorage);
/** Kept on this device. */
export const device = memory(() => localStorage);
