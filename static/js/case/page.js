// The page of one case.
import "../frame.js";
import "../queue/cases.js";
