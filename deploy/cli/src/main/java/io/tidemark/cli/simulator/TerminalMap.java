package io.tidemark.cli.simulator;

/**
 * Terminals at random places of a square, and which of them a customer pays at.
 *
 * <p>How it works: a grid whose cells are as wide as the reach, terminals laid out cell by cell.
 * All terminals in reach of a home then lie in the 3 × 3 cells around it, which are three runs of
 * the layout. A draw picks one terminal of the runs and is repeated while it is out of reach: every
 * terminal in reach is equally likely, about three draws are needed, and nothing is stored per
 * customer.
 */
final class TerminalMap {
  /** Side of the square in which homes and terminals lie. */
  static final double SIDE = 100;

  private static final double REACH = 5;
  private static final int CELLS_PER_SIDE = (int) (SIDE / REACH);

  private final double[] x;
  private final double[] y;

  /** Where each cell's terminals begin, row by row; one more entry than cells. */
  private final int[] cellStart = new int[CELLS_PER_SIDE * CELLS_PER_SIDE + 1];

  TerminalMap(int terminals, Draws draws) {
    double[] drawnX = new double[terminals];
    double[] drawnY = new double[terminals];
    int[] cell = new int[terminals];
    for (int i = 0; i < terminals; i++) {
      drawnX[i] = draws.uniform(0, SIDE);
      drawnY[i] = draws.uniform(0, SIDE);
      cell[i] = cellAt(drawnY[i]) * CELLS_PER_SIDE + cellAt(drawnX[i]);
      cellStart[cell[i] + 1]++;
    }
    for (int c = 1; c < cellStart.length; c++) {
      cellStart[c] += cellStart[c - 1];
    }
    x = new double[terminals];
    y = new double[terminals];
    int[] next = cellStart.clone();
    for (int i = 0; i < terminals; i++) {
      int slot = next[cell[i]]++;
      x[slot] = drawnX[i];
      y[slot] = drawnY[i];
    }
  }

  int size() {
    return x.length;
  }

  /** Whether {@link #draw} ends for this home. */
  boolean hasAnyInReach(double homeX, double homeY) {
    for (int row = firstCell(homeY); row <= lastCell(homeY); row++) {
      for (int t = runStart(row, homeX); t < runEnd(row, homeX); t++) {
        if (isInReach(t, homeX, homeY)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Any terminal in reach of the home, each as likely as the others. */
  int draw(double homeX, double homeY, Draws draws) {
    int candidates = 0;
    for (int row = firstCell(homeY); row <= lastCell(homeY); row++) {
      candidates += runEnd(row, homeX) - runStart(row, homeX);
    }
    while (true) {
      int terminal = candidate(draws.below(candidates), homeX, homeY);
      if (isInReach(terminal, homeX, homeY)) {
        return terminal;
      }
    }
  }

  /** The terminal nearest to the home, for a home with none in reach. */
  int nearest(double homeX, double homeY) {
    int nearest = 0;
    for (int t = 1; t < x.length; t++) {
      if (squaredDistance(t, homeX, homeY) < squaredDistance(nearest, homeX, homeY)) {
        nearest = t;
      }
    }
    return nearest;
  }

  boolean isInReach(int terminal, double homeX, double homeY) {
    return squaredDistance(terminal, homeX, homeY) < REACH * REACH;
  }

  private int candidate(int index, double homeX, double homeY) {
    int left = index;
    int row = firstCell(homeY);
    while (left >= runEnd(row, homeX) - runStart(row, homeX)) {
      left -= runEnd(row, homeX) - runStart(row, homeX);
      row++;
    }
    return runStart(row, homeX) + left;
  }

  private double squaredDistance(int terminal, double homeX, double homeY) {
    double dx = x[terminal] - homeX;
    double dy = y[terminal] - homeY;
    return dx * dx + dy * dy;
  }

  private int runStart(int row, double homeX) {
    return cellStart[row * CELLS_PER_SIDE + firstCell(homeX)];
  }

  private int runEnd(int row, double homeX) {
    return cellStart[row * CELLS_PER_SIDE + lastCell(homeX) + 1];
  }

  private static int firstCell(double coordinate) {
    return Math.max(0, cellAt(coordinate) - 1);
  }

  private static int lastCell(double coordinate) {
    return Math.min(CELLS_PER_SIDE - 1, cellAt(coordinate) + 1);
  }

  private static int cellAt(double coordinate) {
    return (int) (coordinate / REACH);
  }
}
