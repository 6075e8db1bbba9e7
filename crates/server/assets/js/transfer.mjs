/**
 * Sending a parcel. XMLHttpRequest, because it alone tells how many bytes have really left.
 *
 * @typedef {object} Wishes what the user asked for
 * @property {string} workspace
 * @property {string} layer empty: names come from the file
 * @property {'new' | 'replace'} mode
 * @property {string} crs `EPSG:n`, empty: from the file
 * @property {string} encoding empty: from the file
 * @property {'public' | 'private'} visibility
 */
import { address, followable } from './address.mjs';
import { Problem } from './request.mjs';
import { authorization } from './session.mjs';

/**
 * @param {import('./parcel.mjs').Parcel} parcel
 * @param {Wishes} wishes
 * @param {{onProgress: (sent: number, total: number) => void, signal: AbortSignal}} options
 * @returns {Promise<{url: string, job: any}>} the job and its address
 */
export function send(parcel, wishes, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const asking = new XMLHttpRequest();
    asking.open('POST', address('manage/uploads', { ...wishes }));
    asking.responseType = 'json';
    asking.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(authorization())) asking.setRequestHeader(name, value);
    asking.upload.addEventListener('progress', (event) => onProgress(event.loaded, event.lengthComputable ? event.total : parcel.size));
    asking.addEventListener('load', () => {
      if (asking.status >= 400) return reject(new Problem(asking.status, asking.response ?? {}));
      const location = asking.getResponseHeader('Location') ?? (asking.response?.id && `manage/jobs/${encodeURIComponent(asking.response.id)}`);
      resolve({ url: followable(new URL(location, document.baseURI).href), job: asking.response });
    });
    asking.addEventListener('error', () => reject(new Problem(0)));
    asking.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')));
    signal.addEventListener('abort', () => asking.abort());
    if (parcel.files.length === 1) {
      const [file] = parcel.files;
      asking.setRequestHeader('Content-Type', 'application/octet-stream');
      asking.setRequestHeader('Content-Disposition', `attachment; filename*=UTF-8''${extendedValue(file.name)}`);
      asking.send(file);
    } else {
      const form = new FormData();
      for (const file of parcel.files) form.append('file', file, file.name);
      asking.send(form);
    }
  });
}

/** RFC 8187 `value-chars`. @param {string} text */
function extendedValue(text) {
  return encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
