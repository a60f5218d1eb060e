import * as http from "node:http";
import * as https from "node:https";

export type Delivery = {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** Posts one batch of notifications over connections that are kept open. */
export class Courier {
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: 64 });
  readonly #secure = new https.Agent({ keepAlive: true, maxSockets: 64 });

  /** The answer's status, or 0 when there was none in time. Never throws. */
  deliver(delivery: Delivery): Promise<number> {
    return new Promise((resolve) => {
      if (!URL.canParse(delivery.url)) {
        resolve(0);
        return;
      }
      const secure = delivery.url.startsWith("https:");
      const request = (secure ? https : http).request(
        delivery.url,
        {
          method: "POST",
          agent: secure ? this.#secure : this.#plain,
          headers: {
            ...delivery.headers,
            "content-type": "application/json",
            "content-length": Buffer.byteLength(delivery.body),
            "user-agent": "HubSpot Webhooks",
            accept: "*/*",
          },
        },
        (response) => {
          response.resume();
          response.on("end", () => {
            clearTimeout(deadline);
            resolve(response.statusCode ?? 0);
          });
        },
      );
      const deadline = setTimeout(() => request.destroy(), delivery.timeoutMs);
      request.on("error", () => resolve(0));
      request.on("close", () => {
        clearTimeout(deadline);
        resolve(0);
      });
      request.end(delivery.body);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}
