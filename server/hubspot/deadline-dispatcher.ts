import { AsyncLocalStorage } from "node:async_hooks";
import { Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";

/**
 * One request under way. `apiRequest` takes neither a timeout nor a signal and calls the global fetch, so its
 * deadline is kept where every fetch passes: in the dispatcher, which finds this by its async context.
 */
export class Flight {
  readonly dispatcher: Dispatcher;
  #controller: Dispatcher.DispatchController | null = null;
  #ended: Error | null = null;
  #sent = false;

  constructor(dispatcher: Dispatcher) {
    this.dispatcher = dispatcher;
  }

  /** Whether any byte of the request may have left: false means that HubSpot cannot have acted on it. */
  get sent(): boolean {
    return this.#sent;
  }

  /** Ends the request: at once when it is on the wire, else before its first byte. */
  end(reason: Error): void {
    this.#ended ??= reason;
    this.#controller?.abort(reason);
  }

  /** Called by the dispatcher when the request is about to be written to a connection. */
  start(controller: Dispatcher.DispatchController): void {
    if (this.#ended !== null) {
      controller.abort(this.#ended);
      return;
    }
    this.#controller = controller;
    this.#sent = true;
  }
}

const flights = new AsyncLocalStorage<Flight>();

class FlightDispatcher extends Dispatcher {
  readonly #others: Dispatcher;

  constructor(others: Dispatcher) {
    super();
    this.#others = others;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const flight = flights.getStore();
    if (flight === undefined) return this.#others.dispatch(options, handler);
    return flight.dispatcher.dispatch(options, withStart(flight, handler));
  }
}

/** The handler, telling the flight first when its request starts. */
function withStart(
  flight: Flight,
  handler: Dispatcher.DispatchHandler,
): Dispatcher.DispatchHandler {
  return new Proxy(handler, {
    get(target, name) {
      if (name === "onRequestStart") {
        return (
          controller: Dispatcher.DispatchController,
          context: unknown,
        ) => {
          flight.start(controller);
          target.onRequestStart?.(controller, context);
        };
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function"
        ? (member.bind(target) as unknown)
        : member;
    },
  });
}

let installed = false;

/** Runs `work`, whose fetches then belong to `flight`. Other fetches of the process go where they always went. */
export function inFlight<T>(
  flight: Flight,
  work: () => Promise<T>,
): Promise<T> {
  if (!installed) {
    setGlobalDispatcher(new FlightDispatcher(getGlobalDispatcher()));
    installed = true;
  }
  return flights.run(flight, work);
}
