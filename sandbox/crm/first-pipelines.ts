import type { FirstPipeline } from "./object-type.ts";

export const salesPipeline: FirstPipeline = {
  id: "default",
  label: "Sales Pipeline",
  stages: [
    ["appointmentscheduled", "Appointment Scheduled", "0.2"],
    ["qualifiedtobuy", "Qualified To Buy", "0.4"],
    ["presentationscheduled", "Presentation Scheduled", "0.6"],
    ["decisionmakerboughtin", "Decision Maker Bought-In", "0.8"],
    ["contractsent", "Contract Sent", "0.9"],
    ["closedwon", "Closed Won", "1.0"],
    ["closedlost", "Closed Lost", "0.0"],
  ],
};

export const supportPipeline: FirstPipeline = {
  id: "0",
  label: "Support Pipeline",
  stages: [
    ["1", "New", "OPEN"],
    ["2", "Waiting on contact", "OPEN"],
    ["3", "Waiting on us", "OPEN"],
    ["4", "Closed", "CLOSED"],
  ],
};
