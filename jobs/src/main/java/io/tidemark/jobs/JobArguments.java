package io.tidemark.jobs;

import io.tidemark.contract.InvalidContractsException;
import io.tidemark.jobs.drift.InvalidBaselineException;
import io.tidemark.jobs.history.InvalidHistoryException;
import io.tidemark.jobs.score.InvalidModelException;
import org.apache.flink.client.program.ProgramParametrizationException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line of a job. */
interface JobArguments {

  /** Runs the job that the arguments describe. */
  void execute() throws Exception;

  /**
   * Runs a job, or prints the help that was asked for.
   *
   * @param arguments to be filled
   * @throws ProgramParametrizationException with a text for the user if the arguments, the
   *     contracts, the model or the brokers cannot be used; never exits the process, which may be a
   *     cluster's
   */
  static void run(JobArguments arguments, String[] args) throws Exception {
    CommandLine command = new CommandLine(arguments);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    try {
      ParseResult parsed = command.parseArgs(args);
      if (CommandLine.executeHelpRequest(parsed) == null) {
        arguments.execute();
      }
    } catch (ParameterException e) {
      throw new ProgramParametrizationException(e.getMessage() + "\n" + command.getUsageMessage());
    } catch (InvalidContractsException
        | InvalidModelException
        | InvalidBaselineException
        | InvalidHistoryException
        | UnknownModelException
        | SubmissionRefusedException e) {
      throw new ProgramParametrizationException(e.getMessage());
    }
  }
}
