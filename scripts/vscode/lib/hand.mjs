// A hand for the tests inside VS Code: they ask it, over HTTP on this machine, for the click that only a person can make.
import { createServer } from 'node:http';

/**
 * Takes POST requests whose body is `{"click": "<playwright selector>"}`, `{"see": …}`, `{"point": …}` (the pointer is
 * put there) or `{"fill": …, "text": …}`, with `patience` in milliseconds; 200 when it is done, 500 with the reason when it is not.
 * @param {() => import('playwright-core').Page} page
 * @returns {Promise<{url: string, close: () => void}>}
 */
export async function startHand(page) {
  const server = createServer(async (request, response) => {
    try {
      let body = '';
      for await (const part of request) body += part;
      const { click, see, point, fill, text, patience } = JSON.parse(body);
      const target = page()
        .locator(click ?? see ?? point ?? fill)
        .first();
      await target.waitFor({ timeout: patience });
      // Not click(): that may run out of patience after it has clicked, and nobody would know.
      if (click) await target.dispatchEvent('click', {}, { timeout: patience });
      if (fill) await target.fill(text, { timeout: patience });
      if (point) await target.hover({ timeout: patience });
      response.end();
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
