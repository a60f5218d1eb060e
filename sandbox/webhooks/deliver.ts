import * as http from "node:http";
import * as https from "node:https";

export type Delivery = {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

/** What became of one request: an answer's status, no answer, or a kept connection that the app had just closed. */
type Outcome = number | "no answer" | "stale connection";

/** Posts one batch of notifications over connections that are kept open. */
export class Courier {
  readonly #plain = new http.Agent({ keepAlive: true, maxSockets: 64 });
  readonly #secure = new https.Agent({ keepAlive: true, maxSockets: 64 });

  /** The answer's status, or 0 when there was none in time. Never throws. */
  async deliver(delivery: Delivery): Promise<number> {
    if (!URL.canParse(delivery.url)) return 0;
    let outcome = await this.#post(delivery);
    // The app closed an idle connection in the moment we used it: nothing was read, so this was no attempt.
    if (outcome === "stale connection") outcome = await this.#post(delivery);
    return typeof outcome === "number" ? outcome : 0;
  }

  #post({ url, body, headers, timeoutMs }: Delivery): Promise<Outcome> {
    return new Promise((resolve) => {
      const secure = url.startsWith("https:");
      const request = (secure ? https : http).request(
        url,
        {
          method: "POST",
          agent: secure ? this.#secure : this.#plain,
          headers: {
            ...headers,
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "user-agent": "HubSpot Webhooks",
            accept: "*/*",
          },
        },
        (response) => {
          response.resume();
          response.on("end", () => finish(response.statusCode ?? "no answer"));
        },
      );
      const deadline = setTimeout(() => request.destroy(), timeoutMs);
      const finish = (outcome: Outcome): void => {
        clearTimeout(deadline);
        resolve(outcome);
      };
      request.on("error", (error: NodeJS.ErrnoException) =>
        finish(
          request.reusedSocket && error.code === "ECONNRESET"
            ? "stale connection"
            : "no answer",
        ),
      );
      request.on("close", () => finish("no answer"));
      request.end(body);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}
