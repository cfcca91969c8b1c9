#pragma once
#include <cblas.h>

// LAPACK's routines of double precision, as Fortran exports them: matrices by columns, everything by address.
// `info` is 0 for success and positive where the mathematics fails.

/// A = P L U, in place.
void dgetrf_(const int *rows, const int *columns, double *a, const int *lda, int *pivots, int *info);
/// X of A X = B (trans 'N') or Aᵀ X = B ('T') in place of B, from the factors.
void dgetrs_(const char *trans, const int *n, const int *columns, const double *a, const int *lda, const int *pivots,
             double *b, const int *ldb, int *info);
/// A = Uᵀ U ('U') or L Lᵀ ('L') of a positive definite A, in place.
void dpotrf_(const char *triangle, const int *n, double *a, const int *lda, int *info);
/// A = Q R, in place; Q as reflections.
void dgeqrf_(const int *rows, const int *columns, double *a, const int *lda, double *tau, double *work,
             const int *lwork, int *info);
/// Q as a matrix, in place of its reflections.
void dorgqr_(const int *rows, const int *columns, const int *reflections, double *a, const int *lda, const double *tau,
             double *work, const int *lwork, int *info);
/// A = U S Vᵀ.
void dgesdd_(const char *job, const int *rows, const int *columns, double *a, const int *lda, double *s, double *u,
             const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *iwork, int *info);
/// Eigenvalues, rising, and eigenvectors (in place of A) of a symmetric A.
void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *lda, double *values,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);
