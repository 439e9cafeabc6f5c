/* The reform office's part of the workbench with its words: fetched by those who have that role. */
import "./catalogue";
import "./reform.css";
import ReformBench from "./ReformBench.vue";

export default ReformBench;
