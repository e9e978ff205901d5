// What the models' and the library's layers do, and what is filled into the form from there.
import "../stars.js";
import "./library.js";
import "./models.js";
