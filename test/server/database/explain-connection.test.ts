import { expect, test } from "vitest";
import { explainConnection } from "../../../server/database/explain-connection.ts";

const refused = (code: string, message: string) =>
  Object.assign(new Error(message), { code });

test("8-B6 a certificate that nobody vouches for is explained by the mode that asked for it", () => {
  const { message, code } = explainConnection(
    "postgres://app:secret@db.example.com/prod?sslmode=require",
    refused("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
  );
  expect(code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  expect(message).toBe(
    "Could not connect to Postgres at db.example.com:5432, user app, database prod (DEPTH_ZERO_SELF_SIGNED_CERT): " +
      "self-signed certificate. sslmode=require verifies the server's certificate and name here, as verify-full does. " +
      "Name the certificate authority with sslrootcert=FILE, or add uselibpqcompat=true to encrypt without verifying.",
  );
});

test("8-B6 of a host with several addresses, the error of the first is named", () => {
  const both = new AggregateError([
    refused("ECONNREFUSED", "connect ECONNREFUSED ::1:5432"),
    refused("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:5432"),
  ]);
  expect(explainConnection("postgres://a@localhost/b", both).message).toMatch(
    /localhost:5432, user a, database b \(ECONNREFUSED\): connect ECONNREFUSED ::1:5432\. Check that Postgres runs/,
  );
});

test("8-B6 an unknown cause is named without advice", () => {
  expect(explainConnection("postgres://a@h/b", new Error("odd")).message).toBe(
    "Could not connect to Postgres at h:5432, user a, database b: odd.",
  );
});
